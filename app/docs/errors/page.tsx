import type { Metadata } from "next";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Fact, Facts } from "#components/ui/card.tsx";
import { problems } from "#lib/core/problems.ts";

export const metadata: Metadata = { title: "Errors" };

/** Every code a refusal may carry; the `type` of a problem leads to its place here. */
export default function ErrorsPage() {
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-3xl px-4 pt-7 pb-24 sm:px-8 lg:pt-10">
      <PageHeader title="Errors" description={about} />
      <ul aria-label="All codes" className="mb-8 flex flex-wrap gap-x-4 gap-y-1.5">
        {Object.keys(problems).map((code) => (
          <li key={code}>
            <a href={`#${code}`} className="text-link font-mono text-[0.8125rem]">
              {code}
            </a>
          </li>
        ))}
      </ul>
      <div className="card divide-y divide-line">
        {Object.entries(problems).map(([code, problem]) => (
          <Problem key={code} code={code} {...problem} />
        ))}
      </div>
    </main>
  );
}

const about = (
  <span>
    The API refuses with problem details (RFC 9457): a stable <code>code</code>, words in <code>detail</code>, one entry
    in <code>errors</code> for each field, and the request id in <code>instance</code>. Forms say the same in the page.
  </span>
);

type ProblemProps = { code: string; status: number; title: string; fix: string };

function Problem({ code, status, title, fix }: ProblemProps) {
  return (
    <section id={code} aria-labelledby={`${code}-title`} className="scroll-mt-14 p-5 target:bg-hover sm:px-6">
      <h2 id={`${code}-title`} className="mb-3.5 flex flex-wrap items-center gap-2.5 font-mono font-semibold">
        {code}
        <Badge tone="neutral">{status}</Badge>
      </h2>
      <Facts>
        <Fact name="What happened">{title}</Fact>
        <Fact name="How to fix">{withCode(fix)}</Fact>
      </Facts>
    </section>
  );
}

/** Text between backticks is code. */
const withCode = (text: string) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one fixed text never change their order
  text.split("`").map((part, place) => (place % 2 ? <code key={place}>{part}</code> : part));
