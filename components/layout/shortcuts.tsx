import { ShortcutKeys } from "#components/layout/shortcut-keys.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { chooseShortcuts, shortcutsOn } from "#lib/http/next/preferences.ts";

/** Where `g` and a letter lead. */
const places = [
  { key: "p", href: "/profile", label: "Go to profile" },
  { key: "s", href: "/password", label: "Go to password and security" },
  { key: "t", href: "/tokens", label: "Go to API tokens" },
  { key: "n", href: "/notifications", label: "Go to notifications" },
];

/** The list of keyboard shortcuts, the keys themselves, and their off switch. Mounted once, in the portal's frame. */
export async function Shortcuts() {
  const on = await shortcutsOn();
  return (
    <>
      {on && <ShortcutKeys places={Object.fromEntries(places.map(({ key, href }) => [key, href]))} />}
      <Dialog id="shortcuts" title="Keyboard shortcuts" reading>
        <dl className={`grid grid-cols-[1fr_auto] items-center gap-y-2.5 ${on ? "" : "text-muted line-through"}`}>
          {places.map(({ key, label }) => (
            <Keys key={key} keys={["g", key]} label={label} />
          ))}
          <Keys keys={["n"]} label="Make a new one of what the page lists" />
          <Keys keys={["/"]} label="Search" />
          <Keys keys={["?"]} label="Show this list" />
        </dl>
        <form action={chooseShortcuts} className="flex items-center justify-between gap-4 border-t border-line pt-4">
          <p className="text-muted">
            {on ? "Shortcuts are on in this browser." : "Shortcuts are off in this browser."}
          </p>
          <Button type="submit" name="shortcuts" value={on ? "off" : "on"} small>
            {on ? "Switch off" : "Switch on"}
          </Button>
        </form>
      </Dialog>
    </>
  );
}

function Keys({ keys, label }: { keys: string[]; label: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd className="flex gap-1">
        {keys.map((key) => (
          <kbd key={key} className="key">
            {key}
          </kbd>
        ))}
      </dd>
    </>
  );
}
