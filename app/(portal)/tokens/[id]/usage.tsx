import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import { type ProblemCode, problems } from "#lib/core/problems.ts";
import type { TokenUsage } from "#lib/tokens/usage/read.ts";

type Refused = TokenUsage["refusals"][number];

/** What a list of addresses that is only kept a record of would have refused; it was let in. */
const isLetIn = ({ code }: Refused) => code === "address_logged";

/**
 * What a token was used for: from where, by what, for what; what its list of addresses does not name, and what it was
 * refused.
 */
export function Usage({ usage: { networks, routes, refusals } }: { usage: TokenUsage }) {
  const letIn = refusals.filter(isLetIn);
  const refused = refusals.filter((one) => !isLetIn(one));
  return (
    <Card
      id="usage"
      title="Usage"
      description="Written some seconds after a use. You are told by mail of the first use from a new network."
    >
      {networks.length + refusals.length === 0 && <p className="text-muted">Not used yet.</p>}
      <div className="grid gap-6">
        <Part title="Last networks">
          {networks.map(({ network, ...use }) => (
            <Line key={network} name={network} {...use} />
          ))}
        </Part>
        <Part title="Parts of the API">
          {routes.map(({ group, ...use }) => (
            <Line key={group} name={group} {...use} program={null} />
          ))}
        </Part>
        <Part title="Let in from elsewhere">
          {letIn.map(({ code: _, address, ...use }) => (
            <Line key={address} name={address ?? "unknown address"} {...use} />
          ))}
        </Part>
        <Part title="Refusals">
          {refused.map(({ code, address, ...use }) => (
            <Line key={`${code} ${address}`} name={reasonOf(code)} from={address} {...use} />
          ))}
        </Part>
      </div>
    </Card>
  );
}

const isKnown = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

const reasonOf = (code: string) => (isKnown(code) ? problems[code].title : code);

function Part({ title, children }: { title: string; children: ReactNode[] }) {
  if (children.length === 0) return null;
  return (
    <section>
      <h3 className="label mb-2">{title}</h3>
      <ul className="grid gap-2">{children}</ul>
    </section>
  );
}

type LineProps = { name: string; from?: string | null; program: string | null; count: number; lastAt: string };

const times = (count: number) => (count === 1 ? "once" : `${count.toLocaleString("en")} times`);

function Line({ name, from, program, count, lastAt }: LineProps) {
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4">
      <span className="font-medium wrap-anywhere">{name}</span>
      <span className="text-[0.8125rem] leading-5 text-muted">
        {[from && `from ${from}`, program && `by ${program}`, times(count)].filter(Boolean).join(" · ")} ·{" "}
        <Time iso={lastAt} as="relative" />
      </span>
    </li>
  );
}
