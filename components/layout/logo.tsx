/** The mark: a key that is an L, in brass on the door's colour. */
export function LogoMark({ className = "size-7" }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" fill="none" className={`shrink-0 ${className}`}>
      <rect width="32" height="32" rx="8" className="fill-[var(--tile)]" />
      <g strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" className="stroke-[var(--mark)]">
        <circle cx="12" cy="10.5" r="4" />
        <path d="M12 14.5V24.5H22.5V20.5M17.25 24.5V21.5" />
      </g>
    </svg>
  );
}

/** Mark and name. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5">
      <LogoMark />
      <span className="text-[0.9375rem] font-semibold tracking-[-0.01em] text-text">Latchkey</span>
    </span>
  );
}
