process.on("SIGTERM", () => {
  console.log("closing");
  setTimeout(() => process.exit(42), 50);
});
console.log("waiting");
setInterval(() => {}, 1000);
