"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, useRef, useState } from "react";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { ApiError, apiFetch } from "@/lib/api/client";
import { type BearerToken, readBearerToken } from "@/lib/keys/rules/bearer-token";
import { type KeyTestResponse, KeyUpdate } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { changeKey } from "./key-requests";

const empty: KeyUpdate = { api_key: "", expires_at: null };

/** The form of one provider's key. A save empties it; a refusal keeps the input. */
export function useKeyForm(id: ProviderId) {
  const [saves, setSaves] = useState(0);
  const [token, setToken] = useState<BearerToken | null>(null);
  const form = useApiForm({ schema: KeyUpdate, defaultValues: empty });
  const saving = useSaveKey(id, clear);
  const { step } = saving;

  function clearOutcome() {
    form.clearRefusal();
    saving.clearOutcome();
  }

  function clear() {
    form.reset(empty);
    setToken(null);
    setSaves((count) => count + 1);
  }

  function read(event: ChangeEvent<HTMLInputElement>) {
    clearOutcome();
    const text = event.target.value.trim();
    setToken(text === "" ? null : readBearerToken(text));
  }

  return {
    keyField: form.register("api_key", { onChange: read }),
    expiryField: form.register("expires_at", { setValueAs: endOfDay }),
    errors: form.formState.errors,
    step,
    busy: step.at === "testing" || step.at === "saving",
    /** What the typed token says about itself; null while the field is empty. */
    token,
    refusal: form.refusal,
    submit: form.submit(saving.testThenSave, clearOutcome),
    saveAnyway: form.submit(saving.saveAnyway, clearOutcome),
    stopTesting: saving.stopTesting,
    clearOutcome,
    /** The number of saves; a key for fields that reset with each. */
    saves,
  };
}

/** A date field's value as the last second of that day, UTC; null when it is empty. */
function endOfDay(date: string | null): string | null {
  return date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T23:59:59Z` : date || null;
}

/** The state of saving a key; never contains the key. */
type Step =
  | { at: "idle" | "testing" | "saving" }
  /** The provider rejected the key; nothing is saved until the admin confirms. */
  | { at: "confirming"; result: KeyTestResponse }
  | { at: "saved"; id: ProviderId; result: KeyTestResponse | null };

const idle: Step = { at: "idle" };

/** Tests a key with its provider, then saves it. A rejected key needs a second call. */
function useSaveKey(id: ProviderId, onSaved: () => void) {
  const client = useQueryClient();
  const [step, setStep] = useState<Step>(idle);
  const running = useRef<AbortController | null>(null);

  async function save(values: KeyUpdate, result: KeyTestResponse | null) {
    setStep({ at: "saving" });
    const body = result?.receipt ? { ...values, receipt: result.receipt } : values;
    await changeKey(client, id, () => apiFetch("saveKey", { params: { id }, body }));
    onSaved();
    setStep({ at: "saved", id, result });
  }

  async function testThenSave(values: KeyUpdate) {
    setStep({ at: "testing" });
    running.current = new AbortController();
    const result = await testKey(id, values.api_key, running.current.signal);
    const isRefused = result?.outcome === "rejected" || result?.outcome === "expired";
    if (isRefused) setStep({ at: "confirming", result });
    else await save(values, result);
  }

  /** The form shows the error. */
  const orIdle = (error: unknown) => {
    setStep(idle);
    throw error;
  };
  const rejected = step.at === "confirming" ? step.result : null;
  return {
    step,
    testThenSave: (values: KeyUpdate) => testThenSave(values).catch(orIdle),
    saveAnyway: (values: KeyUpdate) => save(values, rejected).catch(orIdle),
    /** Saves without waiting for the provider's answer. */
    stopTesting: () => running.current?.abort(),
    clearOutcome: () => setStep(idle),
  };
}

/** The result of a test; null if none was possible. @throws ApiError `invalid` for malformed input */
async function testKey(
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
