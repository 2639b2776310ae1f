"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError, apiFetch } from "@/lib/api/client";
import type { KeyTestResponse, KeyUpdate } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { changeKey } from "./key-cache";

/** Where putting a key in has come to. The key itself is in none of them. */
type Step =
  | { at: "idle" | "trying" | "saving" }
  /** The provider does not take it: nothing is saved until the reader says so. */
  | { at: "asked"; verdict: KeyTestResponse }
  | { at: "saved"; id: ProviderId; verdict: KeyTestResponse | null };

const idle: Step = { at: "idle" };

/** Tests a key at its provider, then saves it; one that is rejected is saved by a second call only. */
export function useSaveKey(id: ProviderId, onSaved: () => void) {
  const client = useQueryClient();
  const [step, setStep] = useState<Step>(idle);
  const trial = useRef<AbortController | null>(null);

  async function save(values: KeyUpdate, verdict: KeyTestResponse | null) {
    setStep({ at: "saving" });
    const body = verdict?.receipt ? { ...values, receipt: verdict.receipt } : values;
    await changeKey(client, id, () => apiFetch("saveKey", { params: { id }, body }));
    onSaved();
    setStep({ at: "saved", id, verdict });
  }

  async function testThenSave(values: KeyUpdate) {
    setStep({ at: "trying" });
    trial.current = new AbortController();
    const verdict = await tried(id, values.api_key, trial.current.signal);
    const isRefused = verdict?.outcome === "rejected" || verdict?.outcome === "expired";
    if (isRefused) setStep({ at: "asked", verdict });
    else await save(values, verdict);
  }

  /** What went wrong is the form's to show. */
  const orIdle = (error: unknown) => {
    setStep(idle);
    throw error;
  };
  const asked = step.at === "asked" ? step.verdict : null;
  return {
    step,
    testThenSave: (values: KeyUpdate) => testThenSave(values).catch(orIdle),
    saveAnyway: (values: KeyUpdate) => save(values, asked).catch(orIdle),
    /** Saves without waiting for the provider's answer. */
    stopTrying: () => trial.current?.abort(),
    forgetOutcome: () => setStep(idle),
  };
}

/**
 * What the provider says of the key; null when it could not be tried, which is no reason not to
 * save it.
 * @throws ApiError when the console takes it for no key at all
 */
async function tried(
  id: ProviderId,
  api_key: string,
  signal: AbortSignal,
): Promise<KeyTestResponse | null> {
  try {
    return await apiFetch("verifyKey", { params: { id }, body: { api_key }, signal });
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === "invalid") throw error;
    return null;
  }
}
