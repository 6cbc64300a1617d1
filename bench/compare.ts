import type { Traffic } from "./load.ts";
import type { Load, Subject } from "./processes.ts";

/**
 * One side of a comparison: a server, and what is asked of it. The first traffic is what counts, others are company.
 */
export type Side = { subject: Subject; traffic: Traffic[] };

/** How long and how often: seconds of warm-up and of each round, and how many rounds. */
export type Effort = { warmUp: number; seconds: number; rounds: number };

/** A median with its spread, over the rounds. */
export type Spread = { median: number; least: number; most: number };

/**
 * What came of a comparison: rates as ours / theirs round by round, of the traffic that counts and of its company;
 * and milliseconds of the servers' own CPU per answer.
 */
export type Comparison = { ratio: Spread; company?: Spread; cpu: { ours: number; theirs: number } };

type Round = { rates: number[]; cpu: number };

/**
 * Measures two sides in turn, A B, B A, A B …, after a warm-up of each. A ratio is of two neighbours in time, so that
 * what else the machine does falls on both.
 */
export async function compare(load: Load, ours: Side, theirs: Side, effort: Effort): Promise<Comparison> {
  const warmUp = { warmUp: true, milliseconds: effort.warmUp * 1000 };
  for (const { subject, traffic } of [ours, theirs]) await load.drive({ port: subject.port, traffic, ...warmUp });
  const pairs: { ours: Round; theirs: Round }[] = [];
  for (let round = 0; round < effort.rounds; round++) pairs.push(await measurePair(load, ours, theirs, round, effort));
  const ratio = (place: number) => spreadOf(pairs.map(({ ours, theirs }) => rate(ours, place) / rate(theirs, place)));
  const cpu = (whose: "ours" | "theirs") => spreadOf(pairs.map((pair) => pair[whose].cpu)).median;
  return {
    ratio: ratio(0),
    company: ours.traffic.length > 1 ? ratio(1) : undefined,
    cpu: { ours: cpu("ours"), theirs: cpu("theirs") },
  };
}

async function measurePair(load: Load, ours: Side, theirs: Side, round: number, { seconds }: Effort) {
  if (round % 2 === 0) {
    const first = await measure(load, ours, seconds);
    return { ours: first, theirs: await measure(load, theirs, seconds) };
  }
  const first = await measure(load, theirs, seconds);
  return { ours: await measure(load, ours, seconds), theirs: first };
}

const rate = ({ rates }: Round, place: number) => rates[place] ?? Number.NaN;

async function measure(load: Load, { subject, traffic }: Side, seconds: number): Promise<Round> {
  const before = await subject.read();
  const answered = await load.drive({ port: subject.port, traffic, milliseconds: seconds * 1000 });
  const after = await subject.read();
  const rates = answered.map(({ answers, milliseconds }) => answers / milliseconds);
  return { rates, cpu: (after.cpuMs - before.cpuMs) / (answered[0]?.answers || Number.NaN) };
}

/** The median and the extremes. */
export function spreadOf(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const lower = sorted[sorted.length % 2 ? middle : middle - 1] ?? Number.NaN;
  return { median: (upper + lower) / 2, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}
