type Input = Record<string, unknown>;

/** The input with these fields in other words. A field that the form does not contain is not in it afterwards either. */
export const reword = (input: Input, words: Record<string, (value: unknown) => unknown>): Input =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const inWords = words[name];
      return [name, inWords ? inWords(value) : value];
    }),
  );
