// NestJS on its Express platform; the decorators are applied by hand, as TypeScript would.
require("reflect-metadata");
const { Controller, Get, Module, Param } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
const pino = require("pino");

const log = pino();
class OrdersController {
  read(id) {
    log.info("handling order");
    return id;
  }
}
const read = Object.getOwnPropertyDescriptor(OrdersController.prototype, "read");
Param("id")(OrdersController.prototype, "read", 0);
Get(":id")(OrdersController.prototype, "read", read);
Controller("orders")(OrdersController);
class AppModule {}
Module({ controllers: [OrdersController] })(AppModule);

NestFactory.create(AppModule, { logger: false }).then(async (app) => {
  await app.listen(0, "127.0.0.1");
  await (await fetch(`${(await app.getUrl()).replace("[::1]", "127.0.0.1")}/orders/7`)).text();
  await app.close();
});
