import { Lock } from "lucide-react";
import { Form, SubmitButton } from "#components/form.tsx";
import { Card } from "#components/ui/card.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import type { NotificationSettings } from "#lib/notifications/settings.ts";
import { saveSettings } from "./actions.ts";

type EventRow = NotificationSettings["events"][number];

const channels = { mail: "Mail", inbox: "In the portal", webhook: "Webhook" } as const;

/** The matrix of events and channels; what is a matter of security is ticked and says why. */
export function SettingsCard({ settings: { events } }: { settings: NotificationSettings }) {
  const rows = events.toSorted((one, other) => Number(one.locked !== null) - Number(other.locked !== null));
  return (
    <Card
      id="settings"
      title="What you are told of, and where"
      description="Events that concern your security always reach your mail and this page."
      flush
    >
      <Form action={saveSettings} success="Your choice was saved." keep className="grid">
        <div className="matrix">
          <Table caption="Events and channels" columns={["Event", ...Object.values(channels)]}>
            {rows.map((row) => (
              <Row key={row.event}>
                <RowHead>
                  <EventName row={row} />
                </RowHead>
                {(Object.keys(channels) as (keyof typeof channels)[]).map((channel) => (
                  <Cell key={channel} label={channels[channel]}>
                    <Tick row={row} channel={channel} />
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

function EventName({ row: { event, title, sentence, locked } }: { row: EventRow }) {
  return (
    <div className="max-w-md">
      <span className="font-medium">{title}</span>
      <span className="hint block">{sentence}</span>
      {locked && (
        <span id={`why-${event}`} className="hint flex gap-1.5">
          <Lock aria-hidden className="mt-[3px] size-3.5 shrink-0" />
          <span>Always on. {locked}</span>
        </span>
      )}
    </div>
  );
}

function Tick({ row, channel }: { row: EventRow; channel: keyof typeof channels }) {
  const { wanted, locked } = row[channel];
  return (
    <input
      type="checkbox"
      name="wanted"
      value={`${row.event}:${channel}`}
      aria-label={`${channels[channel]}: ${row.title}`}
      aria-describedby={locked ? `why-${row.event}` : undefined}
      defaultChecked={wanted}
      disabled={locked}
      className="tick"
    />
  );
}
