#include "shop.h"

static const char *path[] = { "public" };
static const char *number_columns[] = { "organization_id", "number" };
static const char *barcode_columns[] = { "barcode" };
static const char *labels[] = { "draft", "open" };

static struct column invoice_columns[] = {
    { .name = "organization_id", .number = 1, .is_not_null = true },
    { .name = "id", .number = 2, .is_not_null = true },
    { .name = "number", .number = 3, .is_not_null = true },
    { .name = "barcode", .number = 4 },
};
static struct column customer_columns[] = {
    { .name = "organization_id", .number = 1, .is_not_null = true },
    { .name = "id", .number = 2, .is_not_null = true },
};
static struct column root_columns[] = { { .name = "id", .number = 1, .is_not_null = true } };

static struct relation relations[] = {
    { .oid = 1,
        .schema = "public",
        .name = "invoice",
        .kind = 'r',
        .class = CLASS_TENANT,
        .scope_column = "organization_id",
        .columns = invoice_columns,
        .column_count = COUNT_OF(invoice_columns) },
    { .oid = 2,
        .schema = "public",
        .name = "customer",
        .kind = 'r',
        .class = CLASS_TENANT,
        .scope_column = "organization_id",
        .columns = customer_columns,
        .column_count = COUNT_OF(customer_columns) },
    { .oid = 3,
        .schema = "public",
        .name = "organization",
        .kind = 'r',
        .class = CLASS_ROOT,
        .scope_column = "id",
        .columns = root_columns,
        .column_count = COUNT_OF(root_columns) },
    { .oid = 4, .schema = "public", .name = "rate", .kind = 'r', .class = CLASS_GLOBAL },
    { .oid = 5, .schema = "public", .name = "statistic", .kind = 'r', .class = CLASS_CROSS_ORG },
    { .oid = 6, .schema = "public", .name = "forgotten", .kind = 'r', .class = CLASS_NONE },
    { .oid = 7, .schema = "public", .name = "totals", .kind = 'm', .class = CLASS_NONE },
    { .oid = 8,
        .schema = "public",
        .name = "ranking",
        .kind = 'v',
        .class = CLASS_TENANT,
        .scope_column = "organization_id",
        .view_text = " SELECT invoice.number, rank() OVER () AS r FROM public.invoice;" },
};

static struct unique_index indexes[] = {
    { .relation = 1, .name = "invoice_number", .columns = { number_columns, 2 } },
    { .relation = 1, .name = "invoice_barcode", .columns = { barcode_columns, 1 } },
};

static struct type types[] = {
    { .oid = 25, .schema = "pg_catalog", .name = "text", .kind = 'b' },
    { .oid = 2950, .schema = "pg_catalog", .name = "uuid", .kind = 'b' },
    { .oid = 90001, .schema = "public", .name = "status", .kind = 'e', .labels = { labels, 2 } },
};

static struct function functions[] = {
    { .schema = "pg_catalog", .name = "count", .is_allowed = true },
    { .schema = "pg_catalog", .name = "rank", .is_allowed = true },
    { .schema = "pg_catalog", .name = "lower", .is_allowed = true },
    { .schema = "pg_catalog", .name = "now", .is_allowed = true },
    { .schema = "pg_catalog", .name = "ts_stat", .is_allowed = false },
    { .schema = "pg_catalog", .name = "table_to_xml", .is_allowed = false },
    { .schema = "pg_catalog", .name = "unnest", .is_allowed = true },
    { .schema = "public", .name = "count_all", .is_allowed = false },
    { .schema = "public", .name = "slug", .is_allowed = true },
};

static const struct configuration configuration = {
    .path = "tenantry.conf",
    .root_table = "organization",
    .root_column = "id",
    .tenant_column = "organization_id",
};

const struct schema *
shop_schema(void)
{
    static const struct schema schema = {
        .configuration = &configuration,
        .scope_type = "uuid",
        .scope_type_oid = 2950,
        .search_path = { path, 1 },
        .relations = relations,
        .relation_count = COUNT_OF(relations),
        .indexes = indexes,
        .index_count = COUNT_OF(indexes),
        .types = types,
        .type_count = COUNT_OF(types),
        .functions = functions,
        .function_count = COUNT_OF(functions),
    };
    return &schema;
}
