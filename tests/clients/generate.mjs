// Makes clients of ./openapi.json in ./generated: one with each generator, and with the validators that two of them
// bring.
import { readFileSync, writeFileSync } from "node:fs";
import { createClient } from "@hey-api/openapi-ts";
import openapiTS, { astToString } from "openapi-typescript";
import { generate } from "orval";

const input = "openapi.json";

await createClient({
  input,
  output: "generated/hey-api",
  logs: { file: false, level: "silent" },
  plugins: [
    "@hey-api/typescript",
    "@hey-api/client-fetch",
    { name: "@hey-api/sdk", validator: true },
    { name: "zod", dates: { offset: true } },
  ],
});

const types = await openapiTS(JSON.parse(readFileSync(input, "utf8")), { defaultNonNullable: false });
writeFileSync("generated/openapi-typescript.ts", astToString(types));

const baseUrl = { getBaseUrlFromSpecification: true };
await generate({ input, output: { target: "generated/orval.ts", client: "fetch", baseUrl } });
await generate({ input, output: { target: "generated/orval-zod.ts", client: "zod" } });
