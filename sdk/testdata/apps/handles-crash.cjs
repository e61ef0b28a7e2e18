process.on("uncaughtException", () => {
  console.log("handled, going on");
  setTimeout(() => process.exit(0), 20);
});
setTimeout(() => {
  throw new Error("not fatal");
}, 5);
