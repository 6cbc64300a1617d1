import { randomBytes } from "node:crypto";
import { type Comparison, compare, type Effort, type Side } from "./compare.ts";
import type { Seeded } from "./database.ts";
import type { Traffic } from "./load.ts";
import { type Load, type Subject, startLoad, startSubject } from "./processes.ts";

/** Everything the measures share: the load, how long to measure, and the servers, each started when first wanted. */
export type Rig = {
  effort: Effort;
  load: Load;
  /** The portal itself over this database. */
  portal(database: Seeded): Promise<Subject>;
  /** One of the servers to compare with. */
  bare(name: "node" | "hono" | "next", database: Seeded): Promise<Subject>;
  compare(ours: Subject, theirs: Subject, traffic: Traffic[], theirTraffic?: Traffic[]): Promise<Comparison>;
  stop(): Promise<void>;
};

/** What `npm start` tells Node beside. */
export const asStarted = ["--max-semi-space-size=4"];

const random = () => randomBytes(32).toString("base64");
const keys = { AUTH_SECRET: random(), ENCRYPTION_KEYS: `bench:${random()}` };

/** The settings of every server in the rig. Limits are far away: what is measured is the work, not the refusals. */
export const settings = ({ url, secrets }: Seeded): Record<string, string> => ({
  NODE_ENV: "production",
  DATABASE_URL: url,
  ...keys,
  RATE_LIMIT_FACTOR: "1000000",
  WORKER: "off",
  PEOPLE: String(secrets.length),
});

export function makeRig(effort: Effort): Rig {
  const load = startLoad();
  const subjects = new Map<string, Promise<Subject>>();
  const started = (file: string, database: Seeded, path: string, flags: string[] = []) => {
    const key = `${file} ${database.url}`;
    const subject = subjects.get(key) ?? startSubject(file, settings(database), path, flags);
    subjects.set(key, subject);
    return subject;
  };
  return {
    effort,
    load,
    portal: (database) => started("../server.ts", database, "/api/v1/setup", asStarted),
    bare: (name, database) => started(`servers/${name}.ts`, database, "/api/v1/setup"),
    compare: (ours, theirs, traffic, theirTraffic = traffic) =>
      compare(load, side(ours, traffic), side(theirs, theirTraffic), effort),
    async stop() {
      await load.stop();
      for (const subject of subjects.values()) await (await subject).stop();
    },
  };
}

const side = (subject: Subject, traffic: Traffic[]): Side => ({ subject, traffic });
