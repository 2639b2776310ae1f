import { Button } from "@/components/ui/form/button";
import type { ActivityEvent } from "@/lib/activity/schema";

/** A creation is undone by retiring the model; a key has its own button. */
export function canRollBack({ outcome, before, entity }: ActivityEvent): boolean {
  const { kind } = entity;
  const isVersioned = kind === "model" || kind === "agent" || kind === "budget";
  return outcome === "done" && before !== null && isVersioned;
}

/** A deleted entity has no page, so Activity offers to restore it. */
export function canRestore(event: ActivityEvent): boolean {
  return event.after === null && canRollBack(event);
}

type RollbackButtonProps = { event: ActivityEvent; onRollBack: (event: ActivityEvent) => void };

/** Opens the rollback dialog of an event. */
export function RollbackButton({ event, onRollBack }: RollbackButtonProps) {
  return (
    <Button size="sm" onClick={() => onRollBack(event)}>
      {event.after === null ? "Bring back" : "Roll back"}
    </Button>
  );
}
