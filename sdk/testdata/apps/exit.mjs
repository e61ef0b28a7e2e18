// Logs and leaves at once: no turn of the event loop is left for an exporter.
process.on("exit", () => console.log("written by an exit listener"));
console.log("the last line");
process.exit(3);
