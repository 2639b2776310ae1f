"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, type ClipboardEvent, useRef, useState } from "react";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { ApiError, apiFetch } from "@/lib/api/client";
import { type BearerToken, readBearerToken } from "@/lib/keys/rules/bearer-token";
import { type KeyShape, keyShape, providerOfKeyName } from "@/lib/keys/rules/key-shape";
import { readPastedKey } from "@/lib/keys/rules/pasted-key";
import { type KeyTestResponse, KeyUpdate, type ProviderRecord } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { keyIdentity } from "./key-labels";
import { changeKey } from "./key-requests";

const empty: KeyUpdate = { api_key: "", expires_at: null };

/** The information in the typed text, read without a request. */
type Typed = {
  token: BearerToken;
  /** The provider of the name that the key was assigned to. */
  assignedTo: ProviderId | null;
};

/** The form of one provider's key. A save clears it; a refusal keeps the input. */
export function useKeyForm(provider: ProviderRecord) {
  const [saves, setSaves] = useState(0);
  const [typed, setTyped] = useState<Typed | null>(null);
  const form = useApiForm({ schema: KeyUpdate, defaultValues: empty });
  const saving = useSaveKey(provider.id, clear);
  const { step } = saving;

  function clearOutcome() {
    form.clearRefusal();
    saving.clearOutcome();
  }

  function clear() {
    form.reset(empty);
    setTyped(null);
    setSaves((count) => count + 1);
  }

  function read(text: string) {
    clearOutcome();
    const { key, name } = readPastedKey(text, provider.secret_key_name);
    const isEmpty = text.trim() === "";
    setTyped(isEmpty ? null : { token: readBearerToken(key), assignedTo: providerOfKeyName(name) });
  }

  /** A single-line field would drop the line breaks before they could be read. */
  function paste(event: ClipboardEvent<HTMLInputElement>) {
    const text = event.clipboardData.getData("text").trim();
    if (!/[\r\n]/.test(text)) return;
    event.preventDefault();
    form.setValue("api_key", readPastedKey(text, provider.secret_key_name).key);
    read(text);
  }

  return {
    keyField: {
      ...form.register("api_key", {
        onChange: (event: ChangeEvent<HTMLInputElement>) => read(event.target.value),
      }),
      onPaste: paste,
    },
    expiryField: form.register("expires_at", { setValueAs: endOfDay }),
    errors: form.formState.errors,
    step,
    busy: step.at === "testing" || step.at === "saving",
    /** The token's own claims; null while the field is empty. */
    token: typed?.token ?? null,
    refusal: form.refusal,
    submit: form.submit(
      (values) => saving.checkThenSave(values, typed?.assignedTo ?? null),
      clearOutcome,
    ),
    /** Tests a key that looks like one of another provider. */
    testAnyway: form.submit(saving.testAnyway, clearOutcome),
    /** Saves a key that isn't verified. */
    replace: form.submit(saving.replace, clearOutcome),
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

/** The known facts about a key that isn't verified. */
export type Doubt = {
  /** What the key looks like, before any call. */
  shape: KeyShape | null;
  /** Null if it wasn't tested, or the test was stopped or failed. */
  result: KeyTestResponse | null;
};

/** The state of saving a key; never contains the key. */
type Step =
  | { at: "idle" | "testing" | "saving" }
  /** Nothing is saved until the admin confirms. */
  | { at: "confirming"; id: ProviderId; doubt: Doubt }
  | ({ at: "saved"; id: ProviderId } & SavedChange);

/** A save on this screen. It is shown until the key changes again. */
export type SavedChange = {
  identity: string;
  eventId: string;
  result: KeyTestResponse | null;
};

const idle: Step = { at: "idle" };

/** Saves a key immediately only if its provider verified it. Otherwise asks for confirmation. */
function useSaveKey(id: ProviderId, onSaved: () => void) {
  const client = useQueryClient();
  const [step, setStep] = useState<Step>(idle);
  const running = useRef<AbortController | null>(null);

  async function save(values: KeyUpdate, result: KeyTestResponse | null) {
    setStep({ at: "saving" });
    const body = result?.receipt ? { ...values, receipt: result.receipt } : values;
    const key = await changeKey(client, id, () => apiFetch("saveKey", { params: { id }, body }));
    onSaved();
    setStep({ at: "saved", id, identity: keyIdentity(key), eventId: key.event_id, result });
  }

  async function checkThenSave(values: KeyUpdate, assignedTo: ProviderId | null) {
    const otherProvider = assignedTo === id ? null : assignedTo;
    const shape = keyShape(id, values.api_key) ?? otherProvider;
    if (shape) setStep({ at: "confirming", id, doubt: { shape, result: null } });
    else await testThenSave(values);
  }

  /** @param skipsShapeCheck also sends a key that looks like another provider's */
  async function testThenSave(values: KeyUpdate, skipsShapeCheck = false) {
    setStep({ at: "testing" });
    const test = new AbortController();
    running.current = test;
    const result = await testKey(id, values.api_key, skipsShapeCheck, test.signal);
    if (running.current !== test) return; // The form was reset meanwhile.
    if (result?.outcome === "verified") await save(values, result);
    else setStep({ at: "confirming", id, doubt: { shape: null, result } });
  }

  /** The form shows the error. */
  const resetAndThrow = (error: unknown) => {
    setStep(idle);
    throw error;
  };
  const tested = step.at === "confirming" && step.id === id ? step.doubt.result : null;
  return {
    step,
    checkThenSave: (values: KeyUpdate, assignedTo: ProviderId | null) =>
      checkThenSave(values, assignedTo).catch(resetAndThrow),
    testAnyway: (values: KeyUpdate) => testThenSave(values, true).catch(resetAndThrow),
    replace: (values: KeyUpdate) => save(values, tested).catch(resetAndThrow),
    stopTesting: () => running.current?.abort(),
    clearOutcome: () => {
      running.current?.abort();
      running.current = null;
      setStep(idle);
    },
  };
}

/** The result of a test; null if none was possible. @throws ApiError `invalid` for malformed input */
async function testKey(
  id: ProviderId,
  api_key: string,
  skipsShapeCheck: boolean,
  signal: AbortSignal,
): Promise<KeyTestResponse | null> {
  const body = { api_key, ...(skipsShapeCheck && { anyway: true }) };
  try {
    return await apiFetch("verifyKey", { params: { id }, body, signal });
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === "invalid") throw error;
    return null;
  }
}
