export const dynamic = "force-dynamic";
export async function GET() {
  console.log("listing orders");
  return Response.json([]);
}
