/** A turning ring for something under way; the words beside it say what. */
export function Spinner() {
  return (
    <svg aria-hidden viewBox="0 0 16 16" fill="none" strokeWidth="2" className="size-4 animate-spin stroke-current">
      <circle cx="8" cy="8" r="6" className="opacity-25" />
      <path d="M14 8a6 6 0 0 0-6-6" strokeLinecap="round" />
    </svg>
  );
}
