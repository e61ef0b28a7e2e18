const pino = require("pino");
require("@throughline/sdk").start();
pino().info("not correlated");
