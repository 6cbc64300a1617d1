import { describe, expect, test } from "vitest";
import { isGarbled } from "./garbled.ts";

const windows1252 = new TextDecoder("windows-1252");
const utf8 = new TextEncoder();

test.each([
  ...[
    "José Müller",
    "JOSÉ",
    "Óscar Ñandú",
    "Čapek",
    "Łukasz Ćwik",
    "Şahin Öztürk",
    "Ștefan Țepeș",
    "Nguyễn Thị Ánh",
    "Ağa Əliyev",
  ],
  ...[
    "Иван Петров",
    "Γιώργος",
    "محمد",
    "דוד",
    "张伟",
    "佐藤 さくら",
    "김민준",
    "สมชาย",
    "Jose\u0301",
    "O’Brien",
    "María",
    "Nicolà Rossi",
    "Ada 😀",
  ],
])("%s is garbled where UTF-8 is read as Windows-1252", (name) => {
  expect(isGarbled(windows1252.decode(utf8.encode(name)))).toBe(true);
  expect(isGarbled(name)).toBe(false);
});

test.each(["Jos? M?ller", "Ren? Dupont", "?sa", "NicolÃ Rossi", "NicolÃ", "Â©zara"])("%s is garbled", (name) => {
  expect(isGarbled(name)).toBe(true);
});

describe("letters that are UTF-8 by chance make no name garbled", () => {
  test.each([
    ...[
      "MATÚŠ",
      "KRÍŽ",
      "Weiß’s",
      "Groß–Gerau",
      "JOÃO ÂNGELO",
      "IRMÃ",
      "Ó’Brien",
      "“Ñ”",
      "LUKÁŠ BENEŠ",
      "Ÿ",
      "François Œuvré",
    ],
    ...[
      "ÅSA ÖBERG",
      "Søren Ærø",
      "Þór Ðóra",
      "Zoë—Anaïs",
      "«Ève»",
      "D’Évreux",
      "Ada Okafor",
      "ß",
      "ÄÖÜ",
      "ÎLE",
      "1° Ñ",
    ],
  ])("%s", (name) => expect(isGarbled(name)).toBe(false));
});
