/* Printed by src/model/erf_value.py: erf(x/sqrt 2) near multiples of a step, to 6.6e-19, and the
 * exponential function, to 7.1e-18 of it, before rounding; the tests measure both. */
#ifndef ALIGNODE_MODEL_ERF_VALUE_TABLE_H
#define ALIGNODE_MODEL_ERF_VALUE_TABLE_H

enum { ALN_ERF_PLACES = 16, ALN_ERF_TERMS = 14, ALN_EXP_TERMS = 7 };

#define ALN_ERF_STEP 0x1.2000000000000p-1

/* Coefficient j of the polynomial near i steps. */
_Alignas(64) static const double erf_term[ALN_ERF_TERMS][ALN_ERF_PLACES] = {
    {0, 0x1.b474387897c7ep-2, 0x1.7a9412f8327a4p-1, 0x1.d125f63476a75p-1, 0x1.f37b6d86f164fp-1,
     0x1.fd7bad0b57c9bp-1, 0x1.ff9f3f906fda1p-1, 0x1.fff5354c51e9ap-1, 0x1.ffff1bfc6b916p-1,
     0x1.fffff21d893a2p-1, 0x1.ffffff60a65d7p-1, 0x1.fffffffabfd41p-1, 0x1.ffffffffdf7d1p-1,
     0x1.ffffffffff6c6p-1, 0x1.fffffffffffe1p-1, 0x1.0000000000000p+0},
    {0x1.9884533d43651p-1, 0x1.5cbdc05eb969fp-1, 0x1.b1ec620324775p-2, 0x1.8977c8ccac971p-3,
     0x1.0402dfd3dc1a2p-4, 0x1.f4dda60c385e1p-7, 0x1.5f90f6ce87b37p-9, 0x1.67aca46fc8a3ap-12,
     0x1.0c29a533d0bc5p-15, 0x1.2368d323c1f18p-19, 0x1.cd8ea2b41efb3p-24, 0x1.0a61a1ca8ccefp-28,
     0x1.c027cdafdb8e0p-34, 0x1.12bb87218142ep-39, 0x1.eaf366efc3196p-46, 0x1.3faf60c4ca3e5p-52},
    {0, -0x1.8855786a90956p-3, -0x1.e829ee4389079p-3, -0x1.4bfd116cb19fap-3, -0x1.24833bce579c2p-4,
     -0x1.602bd8c097a3bp-6, -0x1.28a2503e4281fp-8, -0x1.620df1de09755p-11, -0x1.2daed9da4acafp-14,
     -0x1.70d0ab3941fcdp-18, -0x1.44884a66a6a36p-22, -0x1.9c0f064547c47p-27, -0x1.7a21958c12f73p-32,
     -0x1.f63ed3075d1e7p-38, -0x1.e347994d8e14ep-44, -0x1.512af801f906bp-50},
    {-0x1.1058377e2ced8p-3, -0x1.3ddcf35656551p-4, 0x1.335cc56ce47ddp-6, 0x1.e4a98c0171edcp-5,
     0x1.601939c43a0dbp-5, 0x1.206bf808deca8p-6, 0x1.306a85b4d4d6cp-8, 0x1.b2b93fbf7115fp-11,
     0x1.ae2d79031ed17p-14, 0x1.2b0bb256d1d8dp-17, 0x1.26a2225c7b011p-21, 0x1.9dd617b9b627ep-26,
     0x1.a00f9e9f8f9d0p-31, 0x1.2c550b1e1f9dcp-36, 0x1.3809c8e15c1d1p-42, 0x1.d37b70242a251p-49},
    {0, 0x1.5ef474b74db51p-5, 0x1.1a383dbf0f679p-5, 0x1.0dbd9e285821fp-9, -0x1.9234723bc02d1p-7,
     -0x1.2033e1e199b0cp-7, -0x1.9ed2fc370cffep-9, -0x1.70ec07c625a8dp-11, -0x1.b1ab5929d2938p-14,
     -0x1.5bbebf70e6b97p-17, -0x1.8348a4c9288efp-21, -0x1.2ee84b6e1108ap-25, -0x1.4f4bc7aaeda39p-30,
     -0x1.080f17f3ce284p-35, -0x1.2918248517ecfp-41, -0x1.deffbdf5c29e8p-48},
    {0x1.46d0429765ba4p-6, 0x1.bf03122a3e211p-8, -0x1.5a34d932ffb25p-7, -0x1.398e86f2ae7dcp-7,
     -0x1.e4455a7a857f1p-11, 0x1.2e59929762a9ep-9, 0x1.795ceaaaa0be0p-10, 0x1.c2a292b831f3ep-12,
     0x1.45c697b1f857bp-14, 0x1.333c2d7be0956p-17, 0x1.877fcdd4a1a7cp-21, 0x1.57cf685b28e7ap-25,
     0x1.a571ee6324facp-30, 0x1.6ba94b952d266p-35, 0x1.bc8549b055cc2p-41, 0x1.829ff263b33a6p-47},
    {0, -0x1.a0425fbf7a952p-8, -0x1.5669f1f85df4ap-9, 0x1.3cc931a72e3e2p-9, 0x1.03e8df9369a20p-9,
     0x1.7f69116a3cfcep-14, -0x1.969669684483cp-12, -0x1.8ab33a3f4074dp-13, -0x1.7504baaed3b45p-15,
     -0x1.a9ba26a06b65ap-18, -0x1.3b6487e51d7bbp-21, -0x1.3a2aa5c5b64f8p-25, -0x1.ad6b624ff0e0ap-30,
     -0x1.98010f907b738p-35, -0x1.0fe8f7465cd73p-40, -0x1.ffc19c54564c2p-47},
    {-0x1.37403f6398264p-9, -0x1.3c42cc1fe405bp-12, 0x1.b7c831ebca714p-10, 0x1.23c760749f927p-11,
     -0x1.1484ad09d3e57p-11, -0x1.4676e8a70ac97p-12, 0x1.0562dbd503d15p-16, 0x1.cae625207ca3dp-15,
     0x1.4476c02905de6p-16, 0x1.d57b43959fde7p-19, 0x1.9daac1b8cce7ap-22, 0x1.d98ac71420ed5p-26,
     0x1.6be93c9f04b80p-30, 0x1.7eecfe864648cp-35, 0x1.1770825d643a2p-40, 0x1.1d6969cf3f1c3p-46},
    {0, 0x1.6fe9779fa97a5p-11, 0x1.70f6dfc669e7cp-15, -0x1.8a9ffb7c0d102p-12,
     -0x1.0cf4101dd5d1dp-14, 0x1.a202dd89b91a8p-14, 0x1.255e1cf60a41cp-15, -0x1.c5a87760837fdp-18,
     -0x1.9a504bebdb12fp-18, -0x1.9bbb95ffa0878p-20, -0x1.be8cfc427429dp-23, -0x1.2aef385191771p-26,
     -0x1.050b13f394c26p-30, -0x1.324fa7c2ebd6dp-35, -0x1.ebe8249c7d8dep-41,
     -0x1.11a202323191fp-46},
    {0x1.e42afb2ae5a70p-13, -0x1.e7b94887ac3e9p-17, -0x1.619527cf17d39p-13, 0x1.141e149d9faefp-16,
     0x1.1a4edb64d27c3p-14, -0x1.d5c20685bfc48p-21, -0x1.eae06601c2c40p-17, -0x1.3ce486e843946p-19,
     0x1.3be7e4bc1f544p-20, 0x1.189f9afe991a2p-21, 0x1.8d5164791e7ecp-24, 0x1.3ef4d9406ca10p-27,
     0x1.40cd4405a1c7ep-31, 0x1.a74a434d44050p-36, 0x1.7811d9ad03366p-41, 0x1.c989576ea6ea1p-47},
    {0, -0x1.0229b609159bdp-14, 0x1.f90f1c1fd83a9p-17, 0x1.01519de44a605p-15,
     -0x1.3cce365c2e118p-17, -0x1.21061f550cfd8p-17, 0x1.eacd4ac4af10dp-20, 0x1.9ae8dba321e75p-20,
     0x1.de569ec46cdafp-27, -0x1.1383e043162f1p-23, -0x1.2039ba74e8a90p-25, -0x1.205f6dea70e6fp-28,
     -0x1.54146122bff59p-32, -0x1.fd9267c578a71p-37, -0x1.f7de053996739p-42,
     -0x1.505b40f06eca2p-47},
    {-0x1.3cde7227b73eap-16, 0x1.22fadf4ffb712p-18, 0x1.9b2bdb04ece98p-17, -0x1.961793a413b70p-18,
     -0x1.dfe7aba7bbc7fp-19, 0x1.3125b13a64c5cp-19, 0x1.5572d38329af1p-21, -0x1.7cdb187047270p-22,
     -0x1.b60b82c17ff01p-24, 0x1.178f924869decp-26, 0x1.497da5fa6fadep-27, 0x1.b82989cb11d55p-30,
     0x1.3885d0703416fp-33, 0x1.0daf929ce2663p-37, 0x1.2b84f1f980216p-42, 0x1.b9d43bb2d4142p-48},
    {0, 0x1.2646bb4efc18fp-18, -0x1.2bcbbeaf8812fp-19, -0x1.89a07eabd6290p-20,
     0x1.6d1ccf129e1b2p-20, 0x1.1211a770508efp-23, -0x1.513af2be01c90p-22, -0x1.9b871a9f38ab7p-30,
     0x1.3de6bbed6ac31p-25, 0x1.a0118c685bf81p-29, -0x1.0a040b87a09f2p-29, -0x1.1aad654deaa22p-31,
     -0x1.fedb8ea0c9633p-35, -0x1.062047926d983p-38, -0x1.4f08a66710a74p-43,
     -0x1.16e8de5a8c228p-48},
    {0x1.5f77df37ce463p-20, -0x1.05c060c044d1bp-21, -0x1.61b41be53d767p-21, 0x1.45bedea0d8634p-21,
     0x1.1057a14c9ad5fp-26, -0x1.8c471b6a39128p-23, 0x1.36d56306dfbbep-25, 0x1.accb72be823ddp-26,
     -0x1.7c32c94a4617bp-28, -0x1.3920c1f0ebecfp-29, 0x1.5eebbb04616d7p-33, 0x1.1c1c96e46228ap-33,
     0x1.5a5e4f4861bedp-36, 0x1.ab24e4989fd13p-40, 0x1.391ec409dc6f6p-44, 0x1.236e2a7ac4b3dp-49},
};

/* 2^(i/16); log(2)/16 in two parts, of which multiples of the first up to 2^17 are exact, and its inverse; exp r. */
_Alignas(64) static const double exp_power[ALN_ERF_PLACES] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};
#define ALN_EXP_HIGH    0x1.62e42fee00000p-5
#define ALN_EXP_LOW     0x1.a39ef35793c76p-37
#define ALN_EXP_INVERSE 0x1.71547652b82fep+4
static const double exp_term[ALN_EXP_TERMS] = {
    0x1.0000000000000p+0, 0x1.000000000000ap+0, 0x1.0000000000003p-1, 0x1.5555555403ce1p-3,
    0x1.55555554ac91dp-5, 0x1.11126f9ff2a49p-7, 0x1.6c181ffad2d42p-10};

#endif
