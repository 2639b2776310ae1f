import "server-only";
import type { LoggerInstance } from "next-auth";
import { log } from "@/lib/http/log";

const mostCharacters = 300;

/** A cookie that is over or forged comes with every request of its browser: that is no error. */
const expected = new Set(["JWT_SESSION_ERROR"]);

/** next-auth's messages as our log lines: the error's name and words, never tokens or profiles. */
export const signInLog: Partial<LoggerInstance> = {
  error: (code: string, about: unknown) => {
    if (expected.has(code)) return log("info", "A session cookie was not accepted");
    const error = errorIn(about);
    log("error", "Sign-in failed", {
      code,
      name: error?.name ?? null,
      reason: error?.message.slice(0, mostCharacters) ?? null,
    });
  },
  warn: (code: string) => log("info", "A notice of next-auth", { code }),
  debug: () => undefined,
};

function errorIn(about: unknown): Error | null {
  if (about instanceof Error) return about;
  const inner = typeof about === "object" && about && "error" in about ? about.error : null;
  return inner instanceof Error ? inner : null;
}
