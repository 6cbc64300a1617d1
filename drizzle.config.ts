import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./db/schema/*.ts",
  out: "./db/migrations",
  // Only Studio connects; `npm run db:studio` names the portal's database.
  dbCredentials: { url: process.env.DATABASE_URL ?? "" },
});
