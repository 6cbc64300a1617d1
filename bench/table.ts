import type { Comparison, Spread } from "./compare.ts";

/** One line of the result: what was measured, what came of it, and whether that is what was aimed at. */
export type Row = { name: string; value: string; cpu?: string; goal: string; reached?: boolean };

const places = (value: number) => value.toFixed(2);
const withSpread = ({ median, least, most }: Spread) => `${places(median)} [${places(least)}–${places(most)}]`;

/** A comparison as a row: how many times theirs, and CPU of ours / theirs. `least` is the goal for the ratio. */
export function ratioRow(name: string, { ratio, company, cpu }: Comparison, least?: number, mostCpu?: number): Row {
  const goals = [least && `≥ ${least}`, mostCpu && `CPU ≤ ${mostCpu}×`].filter(Boolean);
  const fast = least === undefined || ratio.median >= least;
  const cheap = mostCpu === undefined || cpu.ours / cpu.theirs <= mostCpu;
  const beside = company ? `; they ${places(company.median)}` : "";
  return {
    name,
    value: `${withSpread(ratio)}${beside}`,
    cpu: `${cpu.ours.toFixed(3)} / ${cpu.theirs.toFixed(3)} = ${places(cpu.ours / cpu.theirs)}×`,
    goal: goals.join(", ") || "–",
    reached: goals.length ? fast && cheap : undefined,
  };
}

/** The list's rows: it may cost neither more nor less than a tenth off. */
export const flatRow = (name: string, comparison: Comparison): Row => ({
  ...ratioRow(name, comparison),
  goal: "0.9–1.1",
  reached: Math.abs(comparison.ratio.median - 1) <= 0.1,
});

/** What may cost no more than so many times the same of the other side: the goal is for theirs / ours. */
export const atMostTimesRow = (name: string, comparison: Comparison, times: number): Row => ({
  ...ratioRow(name, comparison, 1 / times),
  goal: `≥ ${places(1 / times)} (cost within ${times}×)`,
});

/** Something that has a most: `digits` after the point, in `unit`. */
export const atMostRow = (name: string, spread: Spread, most: number, unit: string, digits = 0): Row => ({
  name,
  value: `${spread.median.toFixed(digits)} [${spread.least.toFixed(digits)}–${spread.most.toFixed(digits)}] ${unit}`,
  goal: `≤ ${most} ${unit}`,
  reached: spread.median <= most,
});

/** The rows as a Markdown table. */
export function table(rows: Row[]): string {
  const head = ["measure", "ours / theirs [least–most]", "CPU ms per answer, ours / theirs", "goal", "reached"];
  const cells = rows.map(({ name, value, cpu, goal, reached }) => [name, value, cpu ?? "–", goal, verdict(reached)]);
  const lines = [head, head.map(() => "---"), ...cells];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (line: string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  return lines.map((line) => `| ${pad(line).join(" | ")} |`).join("\n");
}

const verdict = (reached: boolean | undefined) => (reached === undefined ? "–" : reached ? "yes" : "no");
