// What esbuild makes of an application that uses express, shortened.
var __commonJS = (cb, mod) => () => (mod || cb((mod = { exports: {} }).exports, mod), mod.exports);
// node_modules/express/lib/express.js
var require_express = __commonJS((exports, module) => { module.exports = () => "an application"; });
// app.js
console.log(require_express()());
