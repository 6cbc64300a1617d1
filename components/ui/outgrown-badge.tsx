import { TriangleAlert } from "lucide-react";

/** Marks a secret that opens more than whoever made it could give; nothing where `since` is null. Wraps on a phone. */
export function OutgrownBadge({ since }: { since: string | null | undefined }) {
  if (!since) return null;
  return (
    <span
      className="chip tone-warn h-auto min-h-[1.375rem] rounded-card py-0.5 text-left whitespace-normal"
      title={`Since ${since.slice(0, 10)}`}
    >
      <TriangleAlert aria-hidden />
      <span>Made by somebody with fewer rights: rotate</span>
    </span>
  );
}
