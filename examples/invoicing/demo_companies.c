#include "demo_companies.h"

#include <tenantry/tenantry.h>

/* clang-format off */
static const struct demo_customer consultancy_customers[] = {
    { "Brightwater Housing Trust", "Odalys Penrosen", "accounts@brightwater-housing.example", "4 Sluice Road\nBrightwater", 30 },
    { "Cobalt Street Studios", "Bram Vasterling", "bram@cobaltstreet.example", "Unit 9, Cobalt Street\nMarlow Quay", 14 },
    { "Ferrow & Daughters", "Hesper Ferrow", "office@ferrow.example", "22 Tanner's Yard\nOld Linden", 14 },
    { "Hollin Valley Rail", "Tamsin Akerby", "payables@hollinvalleyrail.example", "Station House\nHollin Bridge", 30 },
    { "Kestrel Ferries", "Ruben Oxley-Straat", "invoices@kestrelferries.example", "Pier 3\nMarlow Quay", 30 },
    { "Lowfield Brewing", "Anselm Dray", "hello@lowfieldbrewing.example", "The Maltings\nLowfield", 14 },
    { "Merganser Shipping", "Ilse Vandermoot", "ap@merganser.example", "Dock Office 12\nMarlow Quay", 30 },
    { "Northgate Bakery", "Perpetua Lyle", "perpetua@northgatebakery.example", "1 Northgate\nOld Linden", 7 },
    { "Orchard Lane Dental", "Casimir Thwaite", "practice@orchardlane.example", "17 Orchard Lane\nBrightwater", 14 },
    { "Palisade Insurance Brokers", "Yevgenia Stroud", "finance@palisade.example", "Palisade Court\nMarlow Quay", 30 },
    { "Saltmarsh Energy", "Dagny Holloway-Reyes", "ledger@saltmarsh.example", "Turbine Lane\nSaltmarsh", 30 },
    { "Stonebridge Museum", "Leopold Ashgrove", "director@stonebridgemuseum.example", "Museum Square\nStonebridge", 30 },
    { "Tamarind Travel", "Noor Castellane", "noor@tamarindtravel.example", "56 Market Street\nOld Linden", 14 },
    { "Willowmere School", "Barnaby Quist", "bursar@willowmere.example", "School Hill\nWillowmere", 30 },
};

static const struct demo_service consultancy_services[] = {
    { "Discovery workshop", 120000, 180000, 10000, 50, 4 },
    { "Process review, per day", 88000, 98000, 2000, 50, 9 },
    { "Interim finance lead, per day", 92000, 104000, 4000, 100, 8 },
    { "Board paper and presentation", 140000, 260000, 20000, 100, 1 },
    { "Market analysis", 210000, 380000, 10000, 100, 1 },
    { "Coaching, per hour", 14500, 18500, 500, 25, 24 },
    { "Staff survey and report", 165000, 240000, 15000, 100, 1 },
    { "Travel, at cost", 4210, 38990, 370, 100, 1 },
    { "Monthly advisory retainer", 120000, 220000, 20000, 100, 1 },
    { "Data room preparation, per hour", 11000, 13500, 500, 50, 30 },
};

static const struct demo_customer manufacturer_customers[] = {
    { "Bramble Creek Orchards", "Wilhelmina Stokke", "orders@bramblecreek.example", "Orchard Road 3\nBramble Creek", 30 },
    { "Coldwater Hardware", "Augustin Bell-Farrow", "ap@coldwaterhardware.example", "210 Main Street\nColdwater Ford", 30 },
    { "Copperline Theatre", "Zelda Mornington", "stage@copperline.example", "8 Opera Lane\nCopperline", 14 },
    { "Dry Gulch Railway", "Ephraim Saddler", "stores@drygulchrailway.example", "Depot Street\nDry Gulch", 30 },
    { "Dusthawk Logistics", "Marguerite Oyelund", "payables@dusthawk.example", "Gate 4, Airfield\nDusthawk", 30 },
    { "Echo Basin Observatory", "Thaddeus Virtanen-Cole", "office@echobasin.example", "Ridge Road\nEcho Basin", 30 },
    { "Flintlock Quarries", "Rosamund Achterberg", "accounts@flintlockquarries.example", "Pit 7\nFlintlock", 30 },
    { "Ironhorse Bridgeworks", "Cornelius Babatola", "purchasing@ironhorse.example", "Foundry Row 40\nDry Gulch", 30 },
    { "Juniper Flats Electric", "Henrietta Moss-Ivarsson", "supply@juniperflats.example", "Substation B\nJuniper Flats", 14 },
    { "Lantern Canyon Tours", "Osric Delacroix-Hume", "desk@lanterncanyon.example", "Visitor Centre\nLantern Canyon", 7 },
    { "Mirage Motor Lodge", "Philippa Zorn", "manager@miragelodge.example", "Highway 9\nJuniper Flats", 14 },
    { "Painted Rock Quarry", "Ignatius Lowell-Sato", "yard@paintedrock.example", "Quarry Road\nPainted Rock", 30 },
    { "Red Anvil Stunts", "Calliope Drummond", "calliope@redanvil.example", "Lot 5\nCopperline", 7 },
    { "Sagebrush Veterinary", "Fenwick Obradors", "clinic@sagebrushvet.example", "31 Mill Street\nColdwater Ford", 14 },
    { "Thunder Pass Ski Patrol", "Ottilie Grange", "base@thunderpass.example", "Lift House\nThunder Pass", 30 },
    { "Windlass Marine", "Lazarus Penhallow", "chandlery@windlass.example", "Slip 2\nLake Windlass", 30 },
};

static const struct demo_service manufacturer_services[] = {
    { "Anvil, drop-forged, 50 kg", 38900, 38900, 1, 100, 6 },
    { "Rocket sled rail, per metre", 7450, 7450, 1, 100, 120 },
    { "Giant rubber band, box of 12", 11880, 11880, 1, 100, 20 },
    { "Jet roller skates, pair", 24900, 29900, 2500, 100, 8 },
    { "Coil spring, heavy duty", 3275, 3275, 1, 100, 60 },
    { "Portable hole, matt black", 89900, 89900, 1, 100, 3 },
    { "Instant tunnel paint, 10 l", 15640, 15640, 1, 100, 14 },
    { "Birdseed, fortified, 25 kg", 2895, 2895, 1, 100, 48 },
    { "Weather balloon with harness", 47500, 52500, 2500, 100, 5 },
    { "Delivery by rail", 8900, 34900, 1300, 100, 1 },
    { "Fitting on site, per hour", 6800, 8400, 200, 50, 20 },
    { "Safety inspection", 19500, 24500, 2500, 100, 2 },
};
/* clang-format on */

const struct demo_company demo_harbour_finch = {
    .name = "Harbour & Finch",
    .slug = "harbour-finch",
    .legal_name = "Harbour & Finch Consulting LLP",
    .address = "3 Customs House Row\nMarlow Quay",
    .tax_number = "HF 318 4402 17",
    .bank_account = "XX21 0000 4417 3302 8650 91",
    .colleague_name = "Jonas Wrexley",
    .colleague_email = "jonas@harbour-finch.example",
    .customers = consultancy_customers,
    .customer_count = TN_COUNT(consultancy_customers),
    .services = consultancy_services,
    .service_count = TN_COUNT(consultancy_services),
    .invoice_count = 340,
    .seed = 0x9e3779b97f4a7c15,
};

const struct demo_company demo_acme = {
    .name = "Acme",
    .slug = "acme",
    .legal_name = "Acme Manufacturing Ltd",
    .address = "1 Canyon Road\nDry Gulch",
    .tax_number = "AC 700 1188 52",
    .bank_account = "XX84 0000 9021 5567 1140 03",
    .colleague_name = "Delia Quorn",
    .colleague_email = "delia@acme.example",
    .customers = manufacturer_customers,
    .customer_count = TN_COUNT(manufacturer_customers),
    .services = manufacturer_services,
    .service_count = TN_COUNT(manufacturer_services),
    .invoice_count = 460,
    .seed = 0xd1b54a32d192ed03,
};
