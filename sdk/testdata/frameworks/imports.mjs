// Everything that the other applications here use, loaded and not used.
import "@koa/router";
import "@nestjs/core";
import "bullmq";
import "express";
import "fastify";
import "ioredis";
import "koa";
import "mysql2/promise";
import "pg";
import "pino";
import "redis";
import "undici";
