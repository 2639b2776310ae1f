import { Button } from "./button";

export type FormButtonsProps = {
  /** The verb, such as "Make token". */
  label: string;
  /** The request is in flight; both buttons are disabled. */
  busy: boolean;
  /** Another request is in flight. */
  disabled?: boolean;
  onCancel: () => void;
  /** The id of the form that the button submits. */
  form: string;
};

/** The footer of a dialog with a form: Cancel and submit. */
export function FormButtons({ label, busy, disabled = false, onCancel, form }: FormButtonsProps) {
  return (
    <>
      <Button disabled={busy || disabled} onClick={onCancel}>
        Cancel
      </Button>
      <Button variant="primary" type="submit" form={form} busy={busy} disabled={disabled}>
        {label}
      </Button>
    </>
  );
}
