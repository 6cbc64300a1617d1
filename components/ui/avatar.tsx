const sizes = {
  small: "size-7 text-[0.6875rem]",
  medium: "size-9 text-[0.8125rem]",
  large: "size-20 text-2xl",
};

/** A person's picture, or initials on a colour of their own. Decorative: the name stands beside it. */
export function Avatar({ name, pictureUrl, size = "medium" }: AvatarProps) {
  return (
    <span aria-hidden className={`avatar avatar-${hue(name)} ${sizes[size]}`}>
      {/* biome-ignore lint/performance/noImgElement: our own API serves it already cut to size */}
      {pictureUrl ? <img src={pictureUrl} alt="" /> : initials(name)}
    </span>
  );
}

type AvatarProps = { name: string; pictureUrl: string | null; size?: keyof typeof sizes };

/** At most two initials: of the first word and the last. */
function initials(name: string) {
  const words = name.trim().split(/\s+/);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("");
}

function hue(name: string) {
  return [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7) % 6;
}
