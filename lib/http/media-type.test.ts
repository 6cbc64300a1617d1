import { expect, test } from "vitest";
import { isOfType } from "./media-type.ts";

test.each([
  "application/json",
  "application/json;",
  "application/json ; ",
  "Application/JSON",
  "application/json; charset=utf8",
  "application/json;charset=UTF-8",
  'application/json; Charset="utf-8"',
  "\tapplication/json;  charset=utf-8 ;",
  "application/json; odata.metadata=minimal; charset=utf-8",
  "application/json; charset",
])("%j is JSON", (type) => expect(isOfType(type, "application/json")).toBe(true));

test.each([
  "application/json; charset=iso-8859-1",
  "application/json; charset=utf-16",
  "application/json; charset=utf-8x",
  "application/json; charset=utf-16; charset=utf-8",
  "application/jsonp",
  "application/json-seq",
  "application/vnd.api+json",
  "application/json, application/json",
  "text/plain; a=application/json",
  "json",
  "",
  undefined,
])("%j is none", (type) => expect(isOfType(type, "application/json")).toBe(false));
