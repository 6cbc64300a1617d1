import { create } from "qrcode";

const quiet = 4;

/** A QR code as one path, dark on white in both themes, for cameras cannot read the other way round. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const side = modules.size + 2 * quiet;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      className="size-48 rounded-control border border-line bg-white"
    >
      <path d={pathOf(modules)} fill="#000" />
    </svg>
  );
}

type Modules = { size: number; get(row: number, column: number): number };

function pathOf(modules: Modules): string {
  const places = Array.from({ length: modules.size ** 2 }, (_, place) => [
    Math.floor(place / modules.size),
    place % modules.size,
  ]) as [number, number][];
  const dark = places.filter(([row, column]) => modules.get(row, column));
  return dark.map(([row, column]) => `M${column + quiet} ${row + quiet}h1v1h-1z`).join("");
}
