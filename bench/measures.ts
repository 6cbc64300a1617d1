import { timeListing, tokenInfos } from "./aims.ts";
import { spreadOf } from "./compare.ts";
import { type Databases, nameOf, password, type Seeded } from "./database.ts";
import { compareDirectories, compareWithCounting, makeDirectory } from "./directory.ts";
import { compareFloods } from "./floods.ts";
import { introspections } from "./gateways.ts";
import type { Traffic } from "./load.ts";
import { compareSignIns, enrol } from "./mfa.ts";
import { weighPages } from "./pages.ts";
import { compareHolders, makeHolders, timeDecisions } from "./permissions.ts";
import { type Rig, settings } from "./rig.ts";
import { timeStart } from "./starting.ts";
import { atMostRow, flatRow, type Row, ratioRow } from "./table.ts";

type Measure = (rig: Rig, databases: Databases) => Promise<Row[]>;

const verify = ({ secrets }: Seeded): Traffic => ({
  method: "GET",
  path: "/api/v1/tokens/verify",
  bearers: secrets,
  connections: 16,
  status: 200,
});

const signIns = (connections: number): Traffic => ({
  method: "POST",
  path: "/api/v1/sessions",
  bodies: Array.from({ length: 100 }, (_, person) => JSON.stringify({ username: nameOf(person), password })),
  connections,
  status: 201,
});

const creations = ({ secrets }: Seeded): Traffic => ({
  method: "POST",
  path: "/api/v1/me/tokens",
  bearers: secrets,
  bodies: [JSON.stringify({ name: "made %n%", scopes: ["Session"] })],
  connections: 16,
  status: 201,
});

const list = ({ secrets }: Seeded): Traffic => ({
  method: "GET",
  path: "/api/v1/me/tokens",
  bearers: secrets.slice(0, 1),
  connections: 16,
  status: 200,
});

/** Every measure by its name on the command line (`--only=verify,sign-in`). */
export const measures: Record<string, Measure> = {
  async verify(rig, { thousand }) {
    const database = await thousand();
    const ours = await rig.portal(database);
    const against = async (name: "node" | "hono" | "next") =>
      rig.compare(ours, await rig.bare(name, database), [verify(database)]);
    return [
      ratioRow("verify a token / bare node:http", await against("node"), 0.85, 1.5),
      ratioRow("verify a token / bare Hono", await against("hono"), 0.95),
      ratioRow("verify a token / the same operation in a Next route handler", await against("next")),
    ];
  },

  async "verify-bound"(rig, { bound }) {
    const database = await bound();
    const [ours, theirs] = [await rig.portal(database), await rig.bare("node", database)];
    const comparison = await rig.compare(ours, theirs, [verify(database)]);
    return [ratioRow("verify a token bound to addresses / bare node:http", comparison, 0.8)];
  },

  async "token-info"(rig, { thousand }) {
    const database = await thousand();
    const [ours, theirs] = [await rig.portal(database), await rig.bare("node", database)];
    const comparison = await rig.compare(ours, theirs, [await tokenInfos(database)]);
    return [ratioRow("AIMS token_info / bare node:http, one statement", comparison)];
  },

  async introspect(rig, { thousand }) {
    const database = await thousand();
    const [ours, theirs] = [await rig.portal(database), await rig.bare("node", database)];
    const comparison = await rig.compare(ours, theirs, [await introspections(database)]);
    return [ratioRow("introspect a token / bare node:http, two statements", comparison, 0.8)];
  },

  async million(rig, { thousand, million }) {
    const [many, few] = [await million(), await thousand()];
    const [ours, theirs] = [await rig.portal(many), await rig.portal(few)];
    const comparison = await rig.compare(ours, theirs, [verify(many)], [verify(few)]);
    return [ratioRow("verify a token of 1,000,000 / of 1,000", comparison, 0.9)];
  },

  async "under-sign-ins"(rig, { thousand }) {
    const database = await thousand();
    const [ours, theirs] = [await rig.portal(database), await rig.bare("node", database)];
    const comparison = await rig.compare(ours, theirs, [verify(database), signIns(4)]);
    return [ratioRow("verify while 4 sign in / bare, hashing ungated", comparison, 1.3)];
  },

  async "sign-in"(rig, { thousand }) {
    const database = await thousand();
    const [ours, theirs] = [await rig.portal(database), await rig.bare("node", database)];
    const comparison = await rig.compare(ours, theirs, [signIns(4)]);
    return [ratioRow("sign in / bare hash and two statements", comparison, 0.95)];
  },

  async mfa(rig, { factors }) {
    const database = await factors();
    const subject = await rig.portal(database);
    const owners = await enrol(subject, database.secrets.length / 2);
    const comparison = await compareSignIns(subject, database.url, owners, rig.effort.rounds);
    return [ratioRow("sign in with a password and a code / with a password alone", comparison)];
  },

  async creation(rig, { crowd }) {
    const database = await crowd();
    const [ours, theirs] = [await rig.portal(database), await rig.bare("node", database)];
    const comparison = await rig.compare(ours, theirs, [creations(database)]);
    return [ratioRow("make a token with its audit entry / two bare statements", comparison, 0.6)];
  },

  async list(rig, { lone, crowded }) {
    const [few, many] = [await lone(), await crowded()];
    const [ours, theirs] = [await rig.portal(many), await rig.portal(few)];
    const comparison = await rig.compare(ours, theirs, [list(many)], [list(few)]);
    return [flatRow("list 25 tokens among 100,000 of others / among 10", comparison)];
  },

  async users(rig, { postgres }) {
    const [few, some] = [await makeDirectory(postgres, 1000), await makeDirectory(postgres, 10_000)];
    const many = await makeDirectory(postgres, 1_000_000);
    return [...(await compareWithCounting(rig, some)), ...(await compareDirectories(rig, few, many))];
  },

  async aims(rig, { postgres }) {
    return timeListing(rig, await makeDirectory(postgres, 100_000), 100_000);
  },

  async floods(rig, { postgres }) {
    return compareFloods(rig, postgres);
  },

  async permissions(rig, { postgres }) {
    return [...timeDecisions(rig.effort), ...(await compareHolders(rig, await makeHolders(postgres)))];
  },

  async memory(rig, { thousand }) {
    const database = await thousand();
    const subject = await rig.portal(database);
    const traffic = [verify(database), signIns(4)];
    await rig.load.drive({ port: subject.port, traffic, milliseconds: rig.effort.warmUp * 1000 });
    const { rssMb } = await subject.read();
    return [atMostRow("memory after load (RSS)", spreadOf([rssMb]), 250, "MB")];
  },

  async start(rig, { thousand }) {
    const env = settings(await thousand());
    const times: number[] = [];
    for (let round = 0; round < rig.effort.rounds; round++) times.push(await timeStart(env));
    return [atMostRow("first answer after start, warm database", spreadOf(times), 1.5, "s", 2)];
  },

  async pages(rig, { postgres }) {
    const { port } = await rig.portal(await makeDirectory(postgres, 500));
    const weights = await weighPages(port, { username: nameOf(0), password });
    return weights.map(({ page, kB }) =>
      atMostRow(`JavaScript of ${page} beyond an empty page`, spreadOf([kB]), 30, "kB", 1),
    );
  },
};
