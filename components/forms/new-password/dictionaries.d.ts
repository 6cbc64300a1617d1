/** The package ships its word lists one by one, but types only for all of them together. */
declare module "@zxcvbn-ts/language-en/dist/commonWords.json.mjs" {
  const words: string[];
  export default words;
}
