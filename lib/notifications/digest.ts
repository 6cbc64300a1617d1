import type { FoldedNotice } from "#db/schema/notifications.ts";
import type { Notice, NoticeEvent } from "#lib/core/notice.ts";
import { events } from "./events.ts";

type NoticeText = Pick<Notice, "subject" | "paragraphs" | "button">;

/** What was gathered, in the words of one mail: of one notice its own, of several how many and the last of them. */
export function inOne(
  event: NoticeEvent,
  { count, latest }: { count: number; latest: FoldedNotice[] },
  digest?: boolean,
): NoticeText {
  const newest = latest.at(-1);
  if (count === 1 && newest) return { subject: newest.subject, paragraphs: newest.paragraphs, button: newest.button };
  const bodies = latest.map(({ paragraphs }) => paragraphs.filter((text) => !isGreeting(text)));
  const inAll = [...new Set(bodies.flat())].filter((text) => bodies.every((body) => body.includes(text)));
  const inSome = [...new Set(bodies.flat())].filter((text) => !inAll.includes(text));
  return {
    subject: `${events[event].title}: ${count} times${digest ? "" : " more"}`,
    paragraphs: [
      leadOf(count, latest.length, digest),
      ...inSome,
      ...inAll,
      "Each of them stands in your notifications.",
    ],
    button: newest?.button,
  };
}

function leadOf(count: number, told: number, digest?: boolean): string {
  const what = digest
    ? `You were told of this ${count} times lately.`
    : `Since the last mail, this happened ${count} times more.`;
  return count > told ? `${what} The last ${told} of them:` : what;
}

const isGreeting = (text: string) => /^Hello\b.{0,110},$/u.test(text);
