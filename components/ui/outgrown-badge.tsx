import { TriangleAlert } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";

/** Marks a secret that opens more than whoever made it could give; nothing where `since` is null. */
export function OutgrownBadge({ since }: { since: string | null | undefined }) {
  if (!since) return null;
  return (
    <Badge tone="warn" icon={<TriangleAlert aria-hidden />} title={`Since ${since.slice(0, 10)}`}>
      Made by somebody with fewer rights: rotate
    </Badge>
  );
}
