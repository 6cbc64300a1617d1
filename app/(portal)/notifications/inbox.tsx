import { Bell, ChevronRight } from "lucide-react";
import { Form, SubmitButton } from "#components/forms/form.tsx";
import { EmptyState } from "#components/lists/empty-state.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Notification } from "#lib/notifications/inbox.ts";
import { readNotification } from "./actions.ts";

/** What a person was told of, newest first. */
export function Inbox({ items, state }: { items: Notification[]; state: "all" | "unread" }) {
  if (items.length === 0) return <Nothing state={state} />;
  return (
    <ul className="card divide-y divide-line">
      {items.map((item) => (
        <li key={item.id} className="grid gap-x-4 gap-y-3 px-5 py-4 sm:grid-cols-[1fr_auto] sm:px-6">
          <Told item={item} />
          {!item.readAt && <MarkRead item={item} />}
        </li>
      ))}
    </ul>
  );
}

function Told({ item: { subject, paragraphs, path, createdAt, readAt } }: { item: Notification }) {
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h2 className={`wrap-anywhere ${readAt ? "font-medium" : "font-semibold"}`}>{subject}</h2>
        {!readAt && <Badge tone="info">Unread</Badge>}
        <span className="text-[0.8125rem] text-muted">
          <Time iso={createdAt} as="relative" />
        </span>
      </div>
      <div className="mt-1.5 grid max-w-prose gap-1.5 leading-relaxed wrap-anywhere text-muted">
        {paragraphs.filter(isNoGreeting).map((text) => (
          <p key={text} className="first-letter:uppercase">
            {text}
          </p>
        ))}
      </div>
      {path && (
        <Link href={path} className="mt-2 inline-flex items-center gap-0.5 text-link">
          Go there
          <span className="sr-only">: {subject}</span>
          <ChevronRight aria-hidden className="size-4" />
        </Link>
      )}
    </div>
  );
}

// A mail begins with one; here everything is for the same reader.
const isNoGreeting = (text: string) => !/^Hello\b.{0,120},$/.test(text);

function MarkRead({ item: { id, subject } }: { item: Notification }) {
  return (
    <Form action={readNotification} className="self-start">
      <input type="hidden" name="id" value={id} />
      <SubmitButton tone="quiet" small busy="Marking…" aria-label={`Mark as read: ${subject}`}>
        Mark as read
      </SubmitButton>
    </Form>
  );
}

function Nothing({ state }: { state: "all" | "unread" }) {
  const isUnread = state === "unread";
  return (
    <div className="card">
      <EmptyState icon={<Bell aria-hidden />} title={isUnread ? "Everything is read" : "Nothing happened yet"}>
        {isUnread
          ? "What you have read stays under All."
          : "A sign-in from a new device, a changed password, a token about to end: you are told here."}
      </EmptyState>
    </div>
  );
}
