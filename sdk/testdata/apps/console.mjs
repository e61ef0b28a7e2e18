console.log("plain");
console.info("paid %s", "o-1", { amount: 5, card: { last4: "1111" } });
console.warn({ msg: "from an object", size: 3 });
console.error("failed", new TypeError("x is not a function"));
console.debug("quiet %d", 7);
console.trace("where");
