import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { ask, type Brand, createBrand, deleteBrand, getBrand, listBrands, updateBrand } from "../../../api";
import { byText, found } from "../../../kernel/finding";
import { isReadable } from "../../../kernel/contrast";
import { record, sinceRead, wholeList } from "../../../live/records";
import { usePermission } from "../../../live/session";
import { DangerAct, DangerZone } from "../../../ui/confirm";
import { FormText } from "../../../ui/form/bound";
import { FormPane } from "../../../ui/form/form-pane";
import { useForm } from "../../../ui/form/use-form";
import { ListPane } from "../../../ui/manage/list-pane";
import { useAddress } from "../../../ui/manage/use-address";
import { useChosen } from "../../../ui/manage/use-chosen";
import { RecordsPage, SECTIONS, useAfter } from "../../admin-frame";

const section = SECTIONS.brands;
const brandsQuery = wholeList("brands", (query, signal) => listBrands({ query, signal }));

const brandQuery = (id: string) => record("brands", id, (signal) => getBrand({ path: { brand_id: id }, signal }));

/** What customers see of the organization: name, logo and colour, for each brand. */
export default function BrandsPage() {
  const { t } = useLingui();
  const id = useChosen();
  const { q } = useAddress();
  const mayManage = usePermission("brands:manage");
  const query = useQuery(brandsQuery);
  const one = useQuery({ ...brandQuery(id ?? ""), enabled: id !== undefined && id !== "new" });
  const list = (
    <ListPane
      title={t`Brands`}
      rows={found(query.data?.items ?? [], q, ({ name, address }) => `${name} ${address ?? ""}`, byText(nameOf)).map(
        rowOf,
      )}
      total={query.data?.total ?? 0}
      chosen={id}
      {...(mayManage ? { add: { to: `${section.to}/new`, label: t`New brand` } } : {})}
      empty={<Trans>No brands yet. A brand gives the help centre and mails your logo and colour.</Trans>}
      loading={query.isPending}
    />
  );
  return (
    <RecordsPage section={section} list={list} query={one} value={one.data}>
      {(brand) => <BrandForm brand={brand?.value} readOnly={!mayManage} />}
    </RecordsPage>
  );
}

function nameOf({ name }: Brand): string {
  return name;
}

function rowOf({ id, name, address }: Brand) {
  return { id, name, to: `${section.to}/${id}`, ...(address === null ? {} : { detail: address }) };
}

function BrandForm({ brand, readOnly }: { brand: Brand | undefined; readOnly: boolean }) {
  const { t } = useLingui();
  const cache = useQueryClient();
  const after = useAfter(section, "brands");
  const query = brandQuery(brand?.id ?? "new");
  const form = useForm({
    place: `brands.${brand?.id ?? "new"}`,
    saved: valuesOf(brand),
    save: async (values, changes) =>
      brand === undefined
        ? after.created(await ask(createBrand({ body: emptied(values) })))
        : after.saved(
            await ask(
              updateBrand({ path: { brand_id: brand.id }, body: emptied(changes), ...sinceRead(cache, query) }),
            ),
          ),
    refresh: async () => valuesOf((await cache.query({ ...query, staleTime: 0 })).value),
  });
  return (
    <FormPane
      form={form}
      title={brand?.name ?? t`New brand`}
      {...(brand === undefined ? { create: t`Create` } : {})}
      readOnly={readOnly}
      foot={
        brand === undefined || readOnly ? null : (
          <DangerZone>
            <DangerAct
              label={t`Delete this brand`}
              effect={<Trans>Its tickets stay, without a brand.</Trans>}
              act={async () => after.deleted(await ask(deleteBrand({ path: { brand_id: brand.id } })))}
            />
          </DangerZone>
        )
      }
    >
      <FormText form={form} name="name" label={t`Name`} />
      <FormText
        form={form}
        name="logo"
        label={t`Logo`}
        help={t`The web address of a picture, for instance https://example.com/logo.svg`}
      />
      <FormText
        form={form}
        name="color"
        label={t`Colour`}
        help={
          isReadable(form.values.color)
            ? t`As #rrggbb. It must be readable on white.`
            : t`Too pale for words on light pages: customers see a darker shade there.`
        }
      />
      <FormText form={form} name="address" type="url" label={t`Website`} />
    </FormPane>
  );
}

function valuesOf(brand: Brand | undefined) {
  const { name, logo, color, address } = brand ?? { name: "", logo: null, color: null, address: null };
  return { name, logo: logo ?? "", color: color ?? "", address: address ?? "" };
}

/** Emptied fields as v1 takes them. */
function emptied(values: { name?: string }) {
  const entries = Object.entries(values).map(([name, value]) => [name, value === "" && name !== "name" ? null : value]);
  return Object.fromEntries(entries) as { name: string };
}
