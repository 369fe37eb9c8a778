export { ApplyPreferences } from "./parts/apply-preferences";
export { useStepUp } from "./parts/step-up";
