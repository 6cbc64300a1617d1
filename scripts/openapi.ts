/** `npm run openapi`: writes `public/openapi.json` from the operations, whatever the settings of this machine are. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import "#db/drizzle-loader.ts";
import { variableNames } from "#lib/env.ts";

for (const name of variableNames) delete process.env[name];
const { publishedApi } = await import("#lib/http/openapi/published.ts");

const text = publishedApi();
writeFileSync("public/openapi.json", text);
console.log(`Wrote public/openapi.json: \`${createHash("sha256").update(text).digest("hex").slice(0, 12)}\``);
