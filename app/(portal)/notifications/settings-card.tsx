import { Lock } from "lucide-react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { Contains } from "#components/ui/contains.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import type { NotificationSettings } from "#lib/notifications/settings.ts";
import { saveSettings } from "./actions.ts";

type EventRow = NotificationSettings["events"][number];

const channels = { mail: "Mail", inbox: "Portal", webhook: "Webhook" } as const;

/** The matrix of events and channels; what is a matter of security is ticked and says why. */
export function SettingsCard({ settings: { events, wanted, webhookUrl } }: { settings: NotificationSettings }) {
  const hasWebhook = webhookUrl !== null;
  const rows = events.toSorted((one, other) => Number(one.locked !== null) - Number(other.locked !== null));
  return (
    <Card
      id="settings"
      title="What you are told of, and where"
      description="Events that concern your security always reach your mail and this page."
      flush
    >
      <Form action={saveSettings} success="Your choice was saved." keep className="grid">
        <Contains name="wanted" />
        {!hasWebhook && <NoWebhook chosen={wanted.filter((slot) => slot.endsWith(":webhook"))} />}
        <div className="matrix">
          <Table caption="Events and channels" columns={["Event", ...Object.values(channels)]}>
            {rows.map((row) => (
              <Row key={row.event}>
                <RowHead>
                  <EventName row={row} />
                </RowHead>
                {(Object.keys(channels) as (keyof typeof channels)[]).map((channel) => (
                  <Cell key={channel} label={channels[channel]}>
                    <Tick row={row} channel={channel} hasWebhook={hasWebhook} />
                  </Cell>
                ))}
              </Row>
            ))}
          </Table>
        </div>
        <div className="flex justify-end rounded-b-card border-t border-line bg-sunken px-5 py-3.5 sm:px-6">
          <SubmitButton busy="Saving…">Save</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}

/** Without a webhook there is nothing to choose for it; what was chosen before is sent along as it was. */
function NoWebhook({ chosen }: { chosen: string[] }) {
  return (
    <div className="border-b border-line px-5 py-3 sm:px-6">
      <p id="no-webhook" className="hint">
        You have no webhook, so nothing can be chosen for it.{" "}
        <a href="#webhook" className="underline">
          Set its address first
        </a>
        .
      </p>
      {chosen.map((slot) => (
        <input key={slot} type="hidden" name="wanted" value={slot} />
      ))}
    </div>
  );
}

/** Where there is no room, what is said of an event unfolds. */
function EventName({ row }: { row: EventRow }) {
  return (
    <div className="max-w-md">
      <span className="font-medium">{row.title}</span>
      <div className="room-wide">
        <EventLabel row={row} id={`why-${row.event}`} />
      </div>
      <details className="room-narrow">
        <summary className="hint cursor-pointer">
          More<span className="sr-only"> about: {row.title}</span>
        </summary>
        <EventLabel row={row} />
      </details>
    </div>
  );
}

function EventLabel({ row: { sentence, locked }, id }: { row: EventRow; id?: string }) {
  return (
    <>
      <span className="hint block">{sentence}</span>
      {locked && (
        <span id={id} className="hint flex gap-1.5">
          <Lock aria-hidden className="mt-[3px] size-3.5 shrink-0" />
          <span>Always on. {locked}</span>
        </span>
      )}
    </>
  );
}

type TickProps = { row: EventRow; channel: keyof typeof channels; hasWebhook: boolean };

function Tick({ row, channel, hasWebhook }: TickProps) {
  const isMissing = channel === "webhook" && !hasWebhook;
  const { wanted, locked } = isMissing ? { wanted: false, locked: true } : row[channel];
  if (locked && !wanted && !isMissing) return <span className="text-muted">Never</span>;
  const why = isMissing ? "no-webhook" : `why-${row.event}`;
  return (
    <input
      type="checkbox"
      name="wanted"
      value={`${row.event}:${channel}`}
      aria-label={`${channels[channel]}: ${row.title}`}
      aria-describedby={locked ? why : undefined}
      defaultChecked={wanted}
      disabled={locked}
      className="tick"
    />
  );
}
