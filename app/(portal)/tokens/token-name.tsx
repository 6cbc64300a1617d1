import { Link } from "#components/ui/link.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { PreviousSecretLine } from "./previous-secret-facts.tsx";

/** A token's name, what it is for, and how its secret begins and ends. */
export function TokenName({ token }: { token: Token }) {
  const { id, name, description, preview } = token;
  return (
    <div className="@4xl:min-w-40">
      <Link href={`/tokens/${id}`} className="font-medium text-text no-underline hover:underline wrap-anywhere">
        {name}
      </Link>
      {description && <p className="line-clamp-2 text-[0.8125rem] leading-5 text-muted wrap-anywhere">{description}</p>}
      <p className="font-mono text-xs leading-5 text-muted">{preview}</p>
      <PreviousSecretLine token={token} />
    </div>
  );
}
