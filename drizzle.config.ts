import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: [
    "./lib/db/schema.ts",
    "./lib/db/schema/machines.ts",
    "./lib/db/schema/mails.ts",
    "./lib/db/schema/secrets.ts",
  ],
  out: "./lib/db/migrations",
});
