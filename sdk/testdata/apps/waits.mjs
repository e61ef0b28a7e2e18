// Lives until it is told to end; does not know about signals.
console.log("waiting");
setInterval(() => {}, 1000);
