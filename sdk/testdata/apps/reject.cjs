console.log("before the rejection");
Promise.reject(new RangeError("nobody waits for me"));
