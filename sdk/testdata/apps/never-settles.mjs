console.log("plain");
await new Promise(() => {});
