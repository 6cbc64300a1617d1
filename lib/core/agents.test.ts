import { expect, test } from "vitest";
import { programOf } from "./agents.ts";

const firefox = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";

test.each([
  [firefox, "Firefox on Linux"],
  ["curl/8.5.0", "curl"],
  ["python-requests/2.31.0", "python-requests"],
  ["Go-http-client/1.1", "Go-http-client"],
  ["node", "node"],
  ["Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1682", "PowerShell on Windows"],
  ["Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.19045; en-US) PowerShell/7.4.1", "PowerShell on Windows"],
  [
    "Mozilla/5.0 (Macintosh; Darwin 23.1.0 Darwin Kernel Version 23.1.0; en-US) PowerShell/7.4.0",
    "PowerShell on macOS",
  ],
  ["Mozilla/5.0 (Linux; Ubuntu 22.04.3 LTS; en-US) PowerShell/7.4.0", "PowerShell on Linux"],
  ["Mozilla/5.0 (compatible; Watcher/1.0)", "Watcher"],
  ["Mozilla/5.0 (compatible; Watcher/1.0; +https://watch.example)", "Watcher"],
  ["Mozilla/5.0", "Mozilla"],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Chrome on Linux",
  ],
  ["curl/7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1", "curl on Linux"],
  ["Wget/1.21.2", "Wget"],
  ["python-httpx/0.25.0", "python-httpx"],
  ["Java-http-client/17.0.1", "Java-http-client"],
  ["Apache-HttpClient/4.5.13 (Java/11.0.2)", "Apache-HttpClient"],
  ["okhttp/4.12.0", "okhttp"],
  ["okhttp/4.12.0 (Linux; Android 13)", "okhttp on Android"],
  ["PostmanRuntime/7.36.0", "PostmanRuntime"],
  ["axios/1.6.2", "axios"],
  ["node-fetch/1.0 (+https://fetch.example)", "node-fetch"],
  ["undici", "undici"],
  ["RestSharp/110.2.0.0", "RestSharp"],
  ["Microsoft Office/16.0 (Windows NT 10.0; Microsoft Excel 16.0.1; Pro)", "Microsoft Office on Windows"],
  ["Ledger/1.0 CFNetwork/1474 Darwin/23.0.0", "Ledger"],
  ["Faraday v2.7", "Faraday"],
  ["", null],
  [null, null],
])("%s is told in words", (agent, words) => {
  expect(programOf(agent)).toBe(words);
});
