// Prints what two linters find in ./openapi.json, as JSON.
import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { validate } from "@scalar/openapi-parser";

// The tests' portal is at localhost; some statuses are no operation's in particular, and are in the document for
// readers.
const expected = ["no-server-example.com", "no-unused-components"];

const source = readFileSync("openapi.json", "utf8");
const config = await createConfig({ extends: ["recommended"] });
const found = await lintFromString({ source, absoluteRef: "openapi.json", config });
const redocly = found
  .filter(({ ruleId }) => !expected.includes(ruleId))
  .map(({ ruleId, message, location: [place] }) => `${ruleId} at ${place?.pointer}: ${message}`);
const { errors = [] } = await validate(source);
const scalar = errors.map(({ message, path }) => `${message} at ${path?.join("/")}`);
console.log(JSON.stringify({ redocly, scalar }));
