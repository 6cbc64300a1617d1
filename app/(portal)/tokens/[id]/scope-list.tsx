type Offer = { name: string; sentence: string; permissions: string[]; available: boolean | null };

/** Each scope of a token in words, with the permission patterns it carries. */
export function ScopeList({ names, offers }: { names: string[]; offers: Offer[] }) {
  return (
    <ul className="divide-y divide-line">
      {names.map((name) => (
        <li key={name} className="px-5 py-4 sm:px-6">
          <h3 className="font-medium">{name}</h3>
          <Meaning offer={offers.find((offer) => offer.name === name)} />
        </li>
      ))}
    </ul>
  );
}

function Meaning({ offer }: { offer?: Offer }) {
  if (!offer) return <p className="text-muted">This portal no longer has this scope: it carries nothing.</p>;
  return (
    <>
      <p className="leading-relaxed text-muted">{offer.sentence}</p>
      {offer.available === false && (
        <p className="font-medium text-warn-text">Your roles allow nothing of this at present.</p>
      )}
      <ul aria-label={`Permissions of ${offer.name}`} className="mt-2 flex flex-wrap gap-1.5">
        {offer.permissions.map((pattern) => (
          <li key={pattern}>
            <code className="rounded border border-line bg-sunken px-1.5 py-0.5 font-mono text-xs wrap-anywhere text-muted">
              {pattern}
            </code>
          </li>
        ))}
      </ul>
    </>
  );
}
