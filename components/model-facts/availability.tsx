import { Status, type StatusTone } from "@/components/ui/text/status";
import { availabilityLabel } from "@/lib/models/rules/availability";
import type { Availability as Value } from "@/lib/models/schema";

const tones: Record<Value["state"], StatusTone> = {
  active: "good",
  legacy: "warn",
  retiring: "warn",
  retired: "bad",
  not_offered: "bad",
};

const inks = { good: undefined, warn: "text-warn", bad: "text-bad", off: undefined };

type Props = { model: { availability: Value } };

/**
 * A model's availability as a word, shape and color, the same on every screen. Nothing while it is
 * active.
 */
export function Availability({ model: { availability } }: Props) {
  if (availability.state === "active") return null;
  const tone = tones[availability.state];
  return (
    <span title={availability.because ?? undefined}>
      <Status tone={tone} className={`text-xs ${inks[tone] ?? ""}`}>
        {availabilityLabel(availability)}
      </Status>
    </span>
  );
}

/**
 * As above. If the provider offers the model, shows our own active or inactive; both if they
 * differ.
 */
export function ModelStatus({ model }: { model: Props["model"] & { is_active: boolean } }) {
  const { availability, is_active } = model;
  const isOffered = availability.state === "active";
  const own = is_active ? (
    <Status tone="good">Active</Status>
  ) : (
    <Status tone="off" className="text-ink-2">
      Inactive
    </Status>
  );
  if (isOffered) return own;
  return (
    <>
      <Availability model={model} />
      {!is_active && (
        <span className="block pl-3.75 text-xs text-ink-3 max-sm:inline">inactive</span>
      )}
    </>
  );
}
