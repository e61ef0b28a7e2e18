export const dynamic = "force-dynamic";

export default async function Page() {
  console.log("rendering the page");
  const orders = `http://127.0.0.1:${process.env.PORT}/orders`;
  const answer = await fetch(orders, { cache: "no-store" });
  return <p>{await answer.text()}</p>;
}
