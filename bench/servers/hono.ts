/** The single query behind Hono's router on its own Node server. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { findToken } from "./statements.ts";

const app = new Hono();
app.get("/api/v1/tokens/verify", async (c) => {
  const token = await findToken(c.req.header("authorization"));
  return token ? c.json(token) : c.json({}, 401);
});
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });
