import { randomInt } from "node:crypto";
import { invalidParameter } from "./errors";
import type { Requests } from "./requests";

const lowercase = "abcdefghijklmnopqrstuvwxyz";
/** API reference, GetRandomPassword. */
const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** A random password with at least one character of each included kind, unless that is switched off. */
export function getRandomPassword(
  _context: unknown,
  request: Requests["GetRandomPassword"],
): { RandomPassword: string } {
  const { PasswordLength, ExcludeCharacters, RequireEachIncludedType } = request;
  const allowed = [...ExcludeCharacters].reduce(
    (kinds, excluded) => kinds.map((kind) => kind.replaceAll(excluded, "")),
    [
      request.ExcludeLowercase ? "" : lowercase,
      request.ExcludeUppercase ? "" : lowercase.toUpperCase(),
      request.ExcludeNumbers ? "" : "0123456789",
      request.ExcludePunctuation ? "" : punctuation,
      request.IncludeSpace ? " " : "",
    ],
  );
  const kinds = allowed.filter((kind) => kind !== "");
  if (kinds.length === 0)
    throw invalidParameter("The password can't be generated: every character is excluded.");
  const required = RequireEachIncludedType ? kinds : [];
  if (PasswordLength < required.length)
    throw invalidParameter(
      "Password length is too short based on the required types. Increase it, or exclude types.",
    );
  const all = kinds.join("");
  const characters = Array.from({ length: PasswordLength }, (_, index) =>
    pick(required[index] ?? all),
  );
  return { RandomPassword: shuffled(characters).join("") };
}

const pick = (characters: string) => characters.charAt(randomInt(characters.length));

function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    const [a = "", b = ""] = [characters[last], characters[other]];
    characters[last] = b;
    characters[other] = a;
  }
  return characters;
}
